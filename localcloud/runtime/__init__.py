"""Runs Lambda function zips with AWS's runtime interface client and a local Lambda Runtime API; knows no emulator."""

"""Runs Lambda function zips with AWS's runtime interface client and a local Lambda Runtime API. No ministack here."""

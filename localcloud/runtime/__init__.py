"""Runs function zips as AWS Lambda does: AWS's own runtime interface client behind the Lambda Runtime API."""

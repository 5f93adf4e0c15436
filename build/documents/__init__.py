"""Documents that are written from the code: the modules' READMEs and the tables of docs/security.md."""

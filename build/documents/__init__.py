"""Documents generated from the code: the READMEs of modules and the tables of docs/security.md."""

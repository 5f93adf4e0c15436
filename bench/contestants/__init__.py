"""The programs that are measured, each in a file of its own; they run in processes of their own."""

"""What a program that speaks the Model Context Protocol is given: tables and their rules, answers under limits, and the server that offers
them. The command is serving.py."""

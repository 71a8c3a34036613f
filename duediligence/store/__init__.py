"""What is kept: tables, and the queries behind every list and page.

Plain SQLAlchemy Core. A row is read into the struct it holds and a struct is
written as a row; nothing loads by itself, so that a page's cost is the queries
one can see. The functions take an open connection and leave the transaction to
whoever opened it (`duediligence.database`).
"""

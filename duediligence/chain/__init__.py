"""The chain a firm answers for: who supplies it with goods and with labour, and how each was looked at.

A register belongs to one buyer and holds its own entries; nobody else reads it.
Recruiters, labour providers, brokers and brigade leaders are parties like any
other. Workers are never entered. What is not known of a party is unknown and
never safe; what a party says of itself can raise a concern and never clears one.
"""

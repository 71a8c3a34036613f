"""The steps people take, one function each.

A step asks `access` whether it may be taken, works on values, writes through
`store` and notes in the ledger what was done. Whoever calls it opens the
transaction and closes it. This package alone reaches protected answers: a page
or report cannot show what its module cannot reach.
"""

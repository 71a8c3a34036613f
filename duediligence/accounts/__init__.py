"""How somebody comes in: accounts, invitations, sessions, second factors, keys of programs.

Every secret handed out is kept only as a hash; whoever guesses is slowed, and
nobody can be locked out by somebody else's guesses.
"""

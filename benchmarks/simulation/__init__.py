"""A made-up population of firms, to see what the orders of the queue find and what they miss.

No public data set has suppliers with their answers, the indicators that follow,
and verified outcomes. So the firms here are drawn: how indicators go together
from aggregates of identified cases, activities and numbers of workers from a
public list of employers, the rest from stated assumptions. What comes out says
how the methods behave under these assumptions. It is no estimate for any
country, sector or firm.

    truth        firms, what is really practised there, and where there is a case
    choices      which answers are good, partly adverse and adverse, found by asking the rules
    respondents  honest, careless and concealing: from practices to answers
    reviewing    prompts, and what imperfect reviewers conclude
    orders       the orders that are compared
    measuring    what each finds, over many populations
    report       the results as a page
"""

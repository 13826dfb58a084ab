"""Exact travel times from every node to many schools, by a customisable contraction hierarchy.

1. `build_hierarchy`: an order of the nodes and the arcs that it asks for. Depends on who is joined
   to whom, not on any weight.
2. `customise`: puts weights on those arcs. New weights need only this step.
3. `sweep`: the whole table, all schools at once; or one school alone.
4. `routes`: ways walked out of the table.

Sources: Dibbelt, J., Strasser, B. and Wagner, D. 2016. Customizable Contraction Hierarchies. ACM
Journal of Experimental Algorithmics 21, 1.5. Delling, D., Goldberg, A. V., Nowatzyk, A. and
Werneck, R. F. 2013. PHAST: Hardware-Accelerated Shortest Path Trees. Journal of Parallel and
Distributed Computing 73 (7), 940-952.
"""

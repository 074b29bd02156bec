"""Methods of `analysis` tried on made-up data whose truth is known: `python -m simulations` (or `make simulate`).

One module a simulation, each with `simulate(runs, seed) -> pl.DataFrame` of the columns in `simulations.table`. The command
finds them by that name, prints one table and writes it into docs/method.md.
"""

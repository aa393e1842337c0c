"""Growing past one machine and outliving one: balancer, pooler and fail-over, with the real programs.

The programs come from the system's packages (docs/scaling.md, docs/high-availability.md).
"""

"""What is asked of the back office about a policy: the request, its figures, how it is answered."""

"""A build in parts: slices of the cases when all is made anew, the changed cases when little has changed."""

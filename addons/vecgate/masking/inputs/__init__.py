"""What may come in, and what is a filter's value in store?"""

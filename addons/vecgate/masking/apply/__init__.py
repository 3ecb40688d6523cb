"""What is shown instead, and how is it turned back?"""

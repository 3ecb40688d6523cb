"""Which processes make one gateway, how do they start, drain and end?"""

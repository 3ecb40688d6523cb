"""Where in a text that is JSON do values stand, and how is it written with other ones in their place?"""

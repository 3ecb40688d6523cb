"""What may leave, with which ticket, over which connection?"""

"""Which "no" is there, which failure becomes which, and what does one do about it?"""

"""What must a dialect be able to do, and what do all of them do alike?"""

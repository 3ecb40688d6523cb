"""What passes without a person's yes before? What a rule's conditions answer, and what is taken in an emergency."""

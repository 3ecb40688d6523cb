"""What is done with a request, by whichever step? Deciding, cleaning, holding, showing, recording; steps say when."""

"""How is a name written where no sentence is: in names of files and in what a scanner misread?"""

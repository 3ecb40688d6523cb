"""What must a database's dialect do to be spoken over gRPC (protobuf), and what do all of them do alike?"""

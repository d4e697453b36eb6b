"""What a question asks for, by itself and after others; where and of which time it asks."""

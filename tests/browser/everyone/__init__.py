"""What every page must hold for everybody, whatever they see, hear and press keys with."""

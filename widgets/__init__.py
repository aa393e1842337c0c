"""What screens are made of: values in, messages out."""

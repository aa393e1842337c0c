"""The capture line: ``CODE field field … /note`` read into a result, and printed back."""

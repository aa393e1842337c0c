"""Payments under way by terminal or link: asked, checked, told by gateways."""

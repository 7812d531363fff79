"""Reading what clearance and the weekly round rest on."""

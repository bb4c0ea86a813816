"""One file a desk; views are thin: read the form, call the use case, show the page."""

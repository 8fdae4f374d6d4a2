// not to be served

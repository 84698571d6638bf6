"""The API's own grammar (SEC-05 · D10.3): what a body may hold, who calls, what is answered, and the page that says so."""

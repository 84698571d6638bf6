"""By which ways members reach the service desk (SVC-01 · A6.2.1): e-mail, live chat, social networks. Above the cases."""

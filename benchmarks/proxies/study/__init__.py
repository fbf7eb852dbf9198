"""How well cheap estimates of accuracy rank designs: a long training of each of them, proxies, Kendall's tau."""

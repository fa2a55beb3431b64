.PHONY: demo
demo: all
	@demo/demo.sh $(O)/bin

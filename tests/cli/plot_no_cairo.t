# Without cairo, the package that brings it is named.
requires crease info | grep -q 'cairo .*missing'
$ crease plot moons --quiet --png moons.png
2> crease plot: this build cannot write PNG: install libcairo2-dev and build again
exit 2

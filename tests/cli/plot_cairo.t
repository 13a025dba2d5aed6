# PNG and PDF, where the build has cairo.
requires crease info | grep -q 'cairo .*present'
$ crease plot moons --quiet --png moons.png; head -c 8 moons.png | od -An -c
>  211   P   N   G  \r  \n 032  \n
$ crease plot --act relu6 --quiet --pdf relu6.pdf; head -c 5 relu6.pdf
> %PDF-
$ rm moons.png relu6.pdf
# None appears if one cannot be written.
$ crease plot moons -q --svg one.svg --png /dev/full
2> crease plot: cannot write /dev/full: No space left on device
exit 3
$ ls

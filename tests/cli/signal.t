# A run that is ended by a signal leaves nothing. (So many samples take seconds to
# write; the signal comes as soon as the temporary file is there.)
$ exec 2>/dev/null; crease data planar -n 2000000 -o out.csv & for i in $(seq 2000); do ls | grep -q part && break; done; kill -TERM $!; wait $!; echo $?; ls
> 143

# Nothing is ever half written: a full disk, a folder that takes no file, a path
# that leads nowhere. Each is one line, and leaves nothing behind.
$ crease data planar -o /dev/full
2> crease data: cannot write /dev/full: No space left on device
exit 3
$ crease data planar -o - >/dev/full
2> crease data: cannot write standard output: No space left on device
exit 3
$ crease data planar -o /dev/stdout >/dev/full
2> crease data: cannot write standard output: No space left on device
exit 3
$ crease --help >/dev/full
2> crease: cannot write standard output: No space left on device
exit 3
$ crease info --json >/dev/full
2> crease: cannot write standard output: No space left on device
exit 3
$ crease --version >&-
2> crease: cannot write standard output: Bad file descriptor
exit 3
$ crease data planar -o nowhere/x.csv
2> crease data: cannot write nowhere/x.csv: no such folder
exit 2
$ crease data planar -o /proc/crease.csv
2> crease data: cannot write /proc/crease.csv: No such file or directory
exit 3
$ crease data planar -o .
2> crease data: cannot write .: Is a directory
exit 2
$ crease data planar -o new/
2> crease data: cannot write new/: Is a directory
exit 2
$ echo old >file
$ crease data planar -o file/x.csv
2> crease data: cannot write file/x.csv: Not a directory
exit 2
$ cat file
> old
$ ls
> file
# A file that stands is replaced whole, and keeps its mode; so is one behind a link.
$ chmod 640 file; crease data uniform -n 2 -q -o file; cat file; stat -c %a file
> x1,x2,label
> 0.417022004702574,0.7203244934421581,0
> 0.00011437481734488664,0.30233257263183977,0
> 640
$ ln -s file link; crease data xor -n 2 -q -o link; stat -c %F link; cat file
> symbolic link
> x1,x2,label
> -0.21877316582119757,0.33335212466869912,1
> -0.91323048743284241,-0.62548872442434877,0
$ ls
> file
> link
# What goes to a pipe that nobody reads any more ends there, quietly.
$ crease data planar -n 100000 -o - | head -1
> x1,x2,label
# A file that is too large for the limit is not left in part.
$ (ulimit -f 1; trap '' XFSZ; crease data planar -o big.csv)
2> crease data: cannot write big.csv: File too large
exit 3
$ ls
> file
> link

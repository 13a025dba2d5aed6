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
# That is an error of writing with the signal at its default, too.
$ (ulimit -f 1; crease data planar -o big.csv); ls
> file
> link
2> crease data: cannot write big.csv: File too large
# A link that leads to no file yet: the file is made where it leads; where that cannot be, it says so.
$ mkdir sub; ln -s ../made sub/link2; ln -s sub/link2 new; crease data uniform -n 2 -q -o new; stat -c %F new sub/link2 made; rm made new sub/link2
> symbolic link
> symbolic link
> regular file
$ ln -s gone/x new; crease data uniform -n 2 -q -o new; ln -sf round round; crease data uniform -n 2 -q -o round; ls; rm new round
> file
> link
> new
> round
> sub
2> crease data: cannot write new: no such folder
2> crease data: cannot write round: Too many levels of symbolic links
# A new file has the mode that the umask leaves, one that is replaced keeps its own; a read-only one stays.
$ (umask 027; crease data uniform -n 2 -q -o m1; umask 077; crease data uniform -n 2 -q -o m2; crease data uniform -n 2 -q -o m1); stat -c '%a %n' m1 m2; rm m1 m2
> 640 m1
> 600 m2
# The longest name that there can be.
$ n=$(printf '%0255d' 1); crease data uniform -n 2 -q -o $n; ls | wc -c; rm $n; crease data uniform -n 2 -q -o ${n}0 2>&1 | tail -c 21
> 270
> : File name too long
# Descriptors: what is open there is written to, not replaced; a file without a name too.
$ crease data uniform -n 2 -q -o /dev/fd/3 3>three; cat three; (exec 3<>three; rm three; crease data uniform -n 2 -q -o /proc/self/fd/3; cat /dev/fd/3 | wc -l); ls
> x1,x2,label
> 0.417022004702574,0.7203244934421581,0
> 0.00011437481734488664,0.30233257263183977,0
> 3
> file
> link
> sub
$ crease data uniform -n 2 -q -o /dev/stderr
2> x1,x2,label
2> 0.417022004702574,0.7203244934421581,0
2> 0.00011437481734488664,0.30233257263183977,0
$ crease data uniform -n 2 -q -o /proc/self/fd/77
2> crease data: cannot write /proc/self/fd/77: No such file or directory
exit 3
# What a killed command has left is removed by the next one that writes the file: names of this form, of files
# alone, that no other command is writing.
$ : >o.csv.crease.part-0123456789ab; : >o.csv.crease.part-0123456789a; : >p.csv.crease.part-0123456789ab; mkdir o.csv.crease.part-0123456789ac; : >t; ln -s t o.csv.crease.part-0123456789ad
$ : >o.csv.crease.part-locked000000; (flock 9; crease data uniform -n 2 -q -o o.csv) 9>>o.csv.crease.part-locked000000; ls
> file
> link
> o.csv
> o.csv.crease.part-0123456789a
> o.csv.crease.part-0123456789ac
> o.csv.crease.part-0123456789ad
> o.csv.crease.part-locked000000
> p.csv.crease.part-0123456789ab
> sub
> t
$ rm -r o.* p.*
# Two of several that cannot be written: none appears.
$ crease data moons -n 20 -q -o d.csv; mkdir full; crease compare -d d.csv -n 2 --hidden 2 -q --html r.html --svg full >/dev/null; ls
> d.csv
> file
> full
> link
> sub
> t
2> crease compare: cannot write full: Is a directory

# A disk of 64 kB that is full before the file is: the file that stood there stays.
requires test "$(id -u)" = 0 && mkdir disk && mount -t tmpfs -o size=64k tmpfs disk && umount disk
$ mkdir -p disk; mount -t tmpfs -o size=64k tmpfs disk
$ crease data uniform -n 2 -q -o disk/file
$ crease data planar -n 5000 -o disk/file
2> crease data: cannot write disk/file: No space left on device
exit 3
$ ls disk; wc -l <disk/file
> file
> 3
$ mount -o remount,ro disk
$ crease data planar -o disk/file
2> crease data: cannot write disk/file: Read-only file system
exit 3
$ ls disk
> file
$ umount disk

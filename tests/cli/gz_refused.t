# Packed data that are damaged, where the build unpacks them.
requires crease info | grep -q 'zlib .*present'
$ echo 'find . >../before; crease train -q --epochs 1 --hidden 2 --data "$@"; s=$?; find . | diff ../before -; exit $s' >try
$ x() { printf '\0\0\10\3\0\0\0\2\0\0\0\2\0\0\0\2\1\2\3\4\5\6\7\10'; }; x >x-idx3-ubyte; x | gzip -n >x.gz; printf '\0\0\10\1\0\0\0\2\0\1' >y-idx1-ubyte
$ head -c 30 x.gz >torn.gz; sh try torn.gz --target y-idx1-ubyte
2> crease train: torn.gz: is torn: the .gz ends after 30 bytes, in the middle of what is packed in it
exit 2
$ (head -c 30 x.gz; printf 'xxxxxxxx') >sum.gz; sh try sum.gz --target y-idx1-ubyte
2> crease train: sum.gz: the .gz is damaged near byte 33 (zlib: incorrect data check)
exit 2
$ (cat x.gz; echo more) >more.gz; sh try more.gz --target y-idx1-ubyte
2> crease train: more.gz: the .gz is damaged near byte 39 (zlib: incorrect header check)
exit 2
$ printf '\37\213' >two.gz; sh try two.gz --target y-idx1-ubyte
2> crease train: two.gz: is torn: the .gz ends after 2 bytes, in the middle of what is packed in it
exit 2

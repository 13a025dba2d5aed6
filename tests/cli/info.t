# What differs between machines is left out; what is the same everywhere is here.
$ crease info | sed -E 's/, compiled by .*//; s/^(CPU level|threads|large products) .*/ ?/; s/  (present|missing: install .*)$/  ?/; s/ \(missing\)$//'
> crease 0.1.0
>  ?
>  ?
>  ?
> optional parts
>   OpenBLAS       --gemm openblas                 ?
>   oneDNN         --gemm onednn                   ?
>   SLEEF          fast exp and tanh over arrays   ?
>   HDF5           reading .h5 and .mat files      ?
>   libzip         reading and writing .npz files  ?
>   zlib           reading .gz files               ?
>   cairo          PNG and PDF pictures            ?
> data files, each packed as .gz too
>   csv            text, a sample a line, the target in one column or more
>   npy            one array of NumPy's, samples by features
>   npz            arrays of NumPy's: X with y, x_train with y_train
>   idx            pictures, and labels in a file of their own (MNIST)
>   hdf5           samples in ..._x, labels in ..._y (the cat pictures)
>   safetensors    tensors: X with y, ..._x with ..._y
$ CREASE_CPU=scalar crease info --json --threads 1 | grep -E '^  "(cpu_level|threads)"'
>   "cpu_level": "scalar",
>   "threads": 1,

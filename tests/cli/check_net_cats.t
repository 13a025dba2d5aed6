requires test -r "$CRS_SOURCE_DIR/../shared/data/cats/train_catvnoncat.h5" && ! crease info | grep -q 'HDF5.*missing'
# The course's net on the cat pictures: in iteration 1, after one update, 89 z are exactly 0.
$ crease check net --data "$CRS_SOURCE_DIR/../shared/data/cats/train_catvnoncat.h5" --hidden 20,7,5 --init lecun --lr 0.0075 -n 1
> train_catvnoncat.h5: 209 samples with 12288 features. Net 12288-20-7-5-1, relu,
> loss bce, init lecun (seed 1), f64, after 1 iteration.
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1          245,780      245,780            0            0            0            0
>   2              147          147            0            0            0            0
>   3               40           39            1            0            0            0
>   4                6            6            0            0            0            0
>   all        245,973      245,972            1            0            0            0
> 
> Right: all 245,973 derivatives are those of the cost, within the rounding that
> f64 cannot avoid. 89 z are exactly on a kink. The cost has a crease there, with
> one slope on either side, in 1 of 245,973 derivatives; what is claimed lies
> between the two, as it may.
> What is right was computed for each of them. For 1,691, drawn at random (seed
> 1), differences of the cost over steps that cross no crease confirm it.
> 
> What this check could not have seen:
> - 341 of 245,973 derivatives are 0: a wrong factor does not show in them.

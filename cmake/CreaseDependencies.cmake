# Optional parts: found here, recorded as CRS_HAVE_... for the sources and for
# `crease info`. Without one of them the rest still builds.
find_package(PkgConfig)
find_package(OpenMP COMPONENTS C)

set(CRS_HAVE_OPENMP ${OpenMP_C_FOUND})

# name of the option, package in pkg-config, variable prefix
function(crease_optional name package)
  if(PkgConfig_FOUND)
    pkg_check_modules(${name} QUIET IMPORTED_TARGET ${package})
  endif()
  if(${name}_FOUND)
    set(CRS_HAVE_${name} 1 PARENT_SCOPE)
    set(CRS_${name}_VERSION "${${name}_VERSION}" PARENT_SCOPE)
    message(STATUS "crease: ${package} ${${name}_VERSION}")
  else()
    set(CRS_HAVE_${name} 0 PARENT_SCOPE)
    message(STATUS "crease: ${package} not found, built without it")
  endif()
endfunction()

crease_optional(CAIRO cairo)
crease_optional(HDF5 hdf5)
crease_optional(JANSSON jansson)
crease_optional(SLEEF sleef)

# The serial OpenBLAS: we split the products ourselves, in pieces fixed by the
# shape, so that the bits do not depend on the number of threads.
find_library(CRS_OPENBLAS openblas PATH_SUFFIXES openblas-serial)
find_path(CRS_CBLAS_INCLUDE cblas.h PATH_SUFFIXES openblas-serial x86_64-linux-gnu/openblas-serial
          x86_64-linux-gnu aarch64-linux-gnu/openblas-serial)
if(CRS_OPENBLAS AND CRS_CBLAS_INCLUDE)
  set(CRS_HAVE_BLAS 1)
  message(STATUS "crease: BLAS ${CRS_OPENBLAS}")
else()
  set(CRS_HAVE_BLAS 0)
  message(STATUS "crease: no OpenBLAS, large products use the built-in kernels")
endif()

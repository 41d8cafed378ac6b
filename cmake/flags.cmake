# Flags every target is built with. Warnings are errors: this program parses hostile bytes.
add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wunused -Wimplicit-fallthrough -Werror
  -fno-strict-aliasing -fstack-protector-strong -fcf-protection=full -ftrivial-auto-var-init=zero)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-fuse-ld=lld -Wl,-z,relro,-z,now -pie)

if(HOLDALL_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(HOLDALL_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
else()
  add_compile_options($<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
endif()

if(HOLDALL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Precompiled headers are the same whenever they were made: lets ccache keep what is compiled with them.
add_compile_options("SHELL:-Xclang -fno-pch-timestamp")

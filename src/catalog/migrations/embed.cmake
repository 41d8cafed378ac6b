# Writes the numbered SQL files of an engine into one C++ source, at configure time; a changed file configures again.
function(embed_migrations engine output)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/migrations/${engine}/*.sql)
  list(SORT files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(rows "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z_]+$")
      message(FATAL_ERROR "A migration is called NNNN_what.sql, not ${file}.")
    endif()
    math(EXPR number "1${CMAKE_MATCH_1} - 10000")  # 0012 alone would be octal in C++
    file(READ ${file} sql)
    string(APPEND rows "    {${number}, \"${name}\", R\"sql(${sql})sql\"},\n")
  endforeach()
  file(GENERATE OUTPUT ${output} CONTENT
"// Written by migrations/embed.cmake from the numbered SQL files.
#include \"catalog/${engine}/migrations.h\"

namespace holdall::catalog::${engine} {
namespace {

constexpr Migration kMigrations[] = {
${rows}};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

}  // namespace holdall::catalog::${engine}
")
endfunction()

# Other names of the entry points, for driver managers that look them all up at every login.
#
# unixODBC's loader, libltdl, tries MODULE_LTX_NAME before NAME (libtool manual, "Building modules"), unixODBC NAMEA
# beside NAME, and a name that is missing takes the loader several times as long as one that is there, because it makes
# up an error text. So every entry point of functions.cc is exported by these names too, and those that this driver
# does not have are exported as null, which dlsym() gives without an error: the driver manager sees them as missing.
# (A symbol whose value is null is relocated by C libraries older than glibc 2.28; odbc.h refuses to compile there.)
set(looked_for_in_vain
  SQLAllocConnect SQLAllocEnv SQLAllocHandleStd SQLAllocStmt SQLBindParam SQLBrowseConnect SQLBulkOperations
  SQLColAttributes SQLColumnPrivileges SQLDataSources SQLDriverLoad SQLDriverUnload SQLDrivers SQLError SQLFreeConnect
  SQLFreeEnv SQLGetConnectOption SQLGetStmtOption SQLParamOptions SQLProcedureColumns SQLSetConnectOption SQLSetParam
  SQLSetPos SQLSetScrollOptions SQLSetStmtOption SQLTablePrivileges SQLTransact)
set(missing_have_forms SQLBrowseConnect SQLColAttributes SQLColumnPrivileges SQLDataSources SQLDrivers SQLError
  SQLGetConnectOption SQLProcedureColumns SQLSetConnectOption SQLTablePrivileges)

function(negodbc_write_loader_names functions_source module output)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${functions_source})
  file(STRINGS ${functions_source} rows REGEX "^ *{SQL_API_[A-Z]+,")
  set(script "/* Made from functions.cc; loader_names.cmake says what for. */\n")
  set(present)
  foreach(row IN LISTS rows)
    string(REGEX REPLACE ".*\"(SQL[A-Za-z]+)\", (true|false).*" "\\1;\\2" fields "${row}")
    list(GET fields 0 name)
    list(GET fields 1 has_forms)
    list(APPEND present ${name})
    string(APPEND script "${module}_LTX_${name} = ${name};\n")
    if(has_forms)
      string(APPEND script "${name}A = ${name};\n${module}_LTX_${name}A = ${name};\n${module}_LTX_${name}W = ${name}W;\n")
    endif()
  endforeach()
  foreach(name IN LISTS looked_for_in_vain)
    if(NOT name IN_LIST present)
      set(forms "")
      if(name IN_LIST missing_have_forms)
        set(forms A W)
      endif()
      foreach(form "" ${forms})
        string(APPEND script "${name}${form} = 0;\n${module}_LTX_${name}${form} = 0;\n")
      endforeach()
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${output} CONTENT "${script}" @ONLY)
endfunction()

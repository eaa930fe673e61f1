# Debian's packages.
set(release 1)
set(NEGODBC_PACKAGE_VERSION ${PROJECT_VERSION}-${release})
set(names_driver odbc-negodbc)
set(names_plugin libnegodbc-auth${abi_version})
set(names_development libnegodbc-auth-dev)
set(names_program negodbc)
set(names_docs negodbc-doc)

# Each says whose it is and what has changed.
string(TIMESTAMP NEGODBC_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in changelog.Debian @ONLY)
execute_process(COMMAND gzip -9nc ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian
  OUTPUT_FILE ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian.gz COMMAND_ERROR_IS_FATAL ANY)
foreach(component ${CPACK_COMPONENTS_ALL})
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/copyright ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${names_${component}} COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_PACKAGE_SOURCE negodbc)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(component ${CPACK_COMPONENTS_ALL})
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${names_${component}})
  # CPack makes the first line of it, and indents the others.
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${${component}_summary}\n${${component}_text}")
endforeach()
# What the linker has not been told is told here: odbcinst registers the driver, and the plugin loads one of the two
# libraries by its name. kinit gets the tickets.
set(same "(= ${NEGODBC_PACKAGE_VERSION})")
# OpenSSL is opened at run time, so that nothing else tells of it.
set(CPACK_DEBIAN_DRIVER_PACKAGE_DEPENDS "odbcinst, libssl3 | libssl3t64, ${names_plugin} ${same}")
set(CPACK_DEBIAN_DRIVER_PACKAGE_SUGGESTS "negodbc")
set(CPACK_DEBIAN_DRIVER_PACKAGE_ENHANCES "unixodbc")
set(CPACK_DEBIAN_DRIVER_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_LIST_DIR}/postinst;${CMAKE_CURRENT_LIST_DIR}/prerm")
set(CPACK_DEBIAN_PLUGIN_PACKAGE_DEPENDS "libgssapi-krb5-2 | libgssapi3-heimdal")
set(CPACK_DEBIAN_PLUGIN_PACKAGE_RECOMMENDS "krb5-user | heimdal-clients")
set(CPACK_DEBIAN_PLUGIN_PACKAGE_SECTION libs)
# Who is linked to the library is told what to depend on, and dpkg to run ldconfig. (CPack would write a postinst and a
# postrm that call it, unless it is told of others; these are not there.)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/plugin/shlibs
  "libnegodbc-auth ${abi_version} ${names_plugin} (>= ${PROJECT_VERSION})\n")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/plugin/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_PLUGIN_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_BINARY_DIR}/plugin/shlibs"
  "${CMAKE_CURRENT_BINARY_DIR}/plugin/triggers" "none/postinst" "none/postrm")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${names_plugin} ${same}")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "odbc-negodbc, unixodbc")
set(CPACK_DEBIAN_DOCS_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOCS_PACKAGE_ARCHITECTURE all)
foreach(component DRIVER PLUGIN PROGRAM)
  set(CPACK_DEBIAN_${component}_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_${component}_DEBUGINFO_PACKAGE ON)  # stripped; the symbols go into NAME-dbgsym
endforeach()

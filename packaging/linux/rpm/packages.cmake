# RPM packages, and a .tar.gz of everything with a script that installs it anywhere.
set(CPACK_GENERATOR RPM TGZ)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/generator.cmake)
set(CPACK_PACKAGE_FILE_NAME negodbc-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
install(PROGRAMS ${CMAKE_CURRENT_LIST_DIR}/install.sh DESTINATION . COMPONENT archive EXCLUDE_FROM_ALL)

set(CPACK_RPM_COMPONENT_INSTALL ON)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE Apache-2.0)
set(CPACK_RPM_PACKAGE_GROUP Applications/Databases)
set(CPACK_RPM_PACKAGE_RELOCATABLE OFF)
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
  /usr/lib64/odbc /usr/lib64/pkgconfig /usr/lib64/cmake /usr/share/doc /usr/lib64)
# Two builds of one source are the same: no build's host, no build's time.
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _buildhost negodbc
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _build_id_links none")
set(names_driver negodbc-odbc)
set(names_plugin negodbc-auth)
set(names_development negodbc-auth-devel)
set(names_program negodbc)
set(names_docs negodbc-doc)
foreach(component ${CPACK_COMPONENTS_ALL})
  string(TOUPPER ${component} upper)
  set(CPACK_RPM_${upper}_PACKAGE_NAME ${names_${component}})
  set(CPACK_RPM_${upper}_PACKAGE_SUMMARY "${${component}_summary}")
  set(CPACK_RPM_${upper}_PACKAGE_DESCRIPTION "${${component}_text}")
endforeach()
set(same "= ${PROJECT_VERSION}")
# OpenSSL is opened at run time, so that nothing else tells of it.
set(CPACK_RPM_DRIVER_PACKAGE_REQUIRES "unixODBC, libssl.so.3()(64bit), libcrypto.so.3()(64bit), negodbc-auth ${same}")
set(CPACK_RPM_DRIVER_POST_INSTALL_SCRIPT_FILE ${CMAKE_CURRENT_LIST_DIR}/post)
set(CPACK_RPM_DRIVER_PRE_UNINSTALL_SCRIPT_FILE ${CMAKE_CURRENT_LIST_DIR}/preun)
set(CPACK_RPM_PLUGIN_PACKAGE_REQUIRES "krb5-libs")
set(CPACK_RPM_DEVELOPMENT_PACKAGE_REQUIRES "negodbc-auth ${same}")
set(CPACK_RPM_DOCS_PACKAGE_ARCHITECTURE noarch)

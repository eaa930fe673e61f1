@echo off
rem Undoes register.cmd. Run as administrator.
reg delete "HKLM\SOFTWARE\ODBC\ODBCINST.INI\ODBC Drivers" /v negodbc /f
reg delete "HKLM\SOFTWARE\ODBC\ODBCINST.INI\negodbc" /f

@echo off
rem Tells Windows of the driver in this folder. Run as administrator.
rem Nothing is copied: the folder must stay where it is. unregister.cmd undoes this.
setlocal
set DRIVER=%~dp0negodbc.dll
set KEY=HKLM\SOFTWARE\ODBC\ODBCINST.INI
reg add "%KEY%\ODBC Drivers" /v negodbc /d Installed /f
if errorlevel 1 exit /b 1
reg add "%KEY%\negodbc" /v Driver /d "%DRIVER%" /f
if errorlevel 1 exit /b 1
reg add "%KEY%\negodbc" /v Setup /d "%DRIVER%" /f
if errorlevel 1 exit /b 1
reg add "%KEY%\negodbc" /v APILevel /d 1 /f
if errorlevel 1 exit /b 1
reg add "%KEY%\negodbc" /v ConnectFunctions /d YYN /f
if errorlevel 1 exit /b 1
reg add "%KEY%\negodbc" /v DriverODBCVer /d 03.80 /f
if errorlevel 1 exit /b 1
reg add "%KEY%\negodbc" /v FileUsage /d 0 /f
if errorlevel 1 exit /b 1
reg add "%KEY%\negodbc" /v SQLLevel /d 1 /f
